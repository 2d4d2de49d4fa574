import { Check, Column, Entity, PrimaryColumn } from 'typeorm'

/** `course_versions`: what HR needs of a course version; without published_at, one that has not arrived yet. */
@Entity('course_versions')
@Check('ck_course_versions_known', '(title is null) = (published_at is null)')
export class CourseVersionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_course_versions' })
  course_version_id: string

  @Column('text', { nullable: true })
  title: string | null

  @Column('text', { nullable: true })
  course_code: string | null

  @Column('double precision', { nullable: true })
  credit_hours: number | null

  @Column('uuid', { nullable: true })
  org_id: string | null

  @Column('timestamptz', { nullable: true })
  published_at: Date | null
}
